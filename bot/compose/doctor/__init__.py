"""What ``report-post doctor`` looks at: one small check a function, each telling how to mend it."""
