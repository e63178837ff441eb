"""What Microsoft Teams takes at the most, each number with its source; ``limits`` holds to it."""

from typing import Final

MESSAGE_BYTES: Final = 28 * 1024
"""A whole activity that is sent: "approximately 28 KB per post"
(learn.microsoft.com/microsoftteams/limits-specifications-teams). The page for bots has since said
40 and 100 KB (bots/how-to/format-your-bot-messages), in UTF-16 and without pictures; the smallest
number, counted with everything, holds for all of them."""
ENVELOPE_BYTES: Final = 2_500
"""What is around a card in an activity: who, where, the summary and the attachment's own frame."""
CARD_BYTES: Final = MESSAGE_BYTES - ENVELOPE_BYTES
"""A card that is sent as a message, or stands in the chat."""
CHART_BYTES: Final = 15_000
"""Kept free in a message for each chart's picture, as it stands in the card (base64)."""
ANSWER_BYTES: Final = 200_000
"""What answers an invoke: the Azure Bot Service takes 256 KB
(github.com/microsoft/BotFramework-Services/issues/341)."""
VIEW_BYTES: Final = 90_000
"""The nodes of one page of a View; the rest of an answer is left for a picture."""
PICTURE_BYTES: Final = 100_000
"""A piece of evidence as it stands in a card (base64)."""
PICTURE_SIDE: Final = 1_024
"""Pixels; a dialog is at most some 1,000 wide (task-modules-and-cards, "large")."""
ROW: Final = 6
"""Buttons in one row: "Teams supports up to six primary actions" (cards-format); a seventh goes
into a menu that some clients do not have."""
ROW_SIGNS: Final = 40
"""Characters of a row's buttons on a phone 360 pixels wide; clients cut off what is longer, or
squeeze all buttons of the row. Looked at with npm ``adaptivecards`` 3.0.6."""
BUTTON: Final = 34
"""Characters of a button. None is documented; a phone shows no more than a line."""
SIDE: Final = 16
"""Characters of a button that stands beside a text."""
BESIDE_BYTES: Final = 3_000
"""A text with a button at its side; it is one element, and is never cut."""
OPTIONS_SHOWN: Final = 15
"""Options that stand one below the other; more of them are a menu."""
RICH: Final = 1_500
"""Characters in one block of text: even if JSON writes each as six or twelve bytes, as it does with
Arabic or emoji, the block alone fits into a message."""
ALT_TEXT: Final = 1_000
"""Characters of what stands for a picture. None is documented; a screen reader reads all of it."""
TITLE: Final = 40
"""Characters of a dialog's title that a phone shows; a longer one stands in the card as well."""
