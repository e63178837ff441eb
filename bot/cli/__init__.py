"""The commands of ``report-post``: what each prints, and with which code it ends."""
