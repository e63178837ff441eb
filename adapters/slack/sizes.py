"""Slack's documented limits, each with its source; ``limits`` looks at a payload against them.

Sources are pages below https://docs.slack.dev/reference/; ``blocks/…``, ``elements/…`` and
``objects/…`` stand for block-kit/blocks, block-kit/block-elements and
block-kit/composition-objects.
"""

from typing import Final

MESSAGE_BLOCKS: Final = 50  # block-kit/blocks
VIEW_BLOCKS: Final = 100  # views/modal-views and views/home-tab-views, "Max of 100 blocks"
MESSAGE_TEXT: Final = (
    4_000  # messaging, chat.postMessage: "limit the text field to 4,000 characters"
)
MESSAGE_SIGNS: Final = 8_000
"""All texts of a message. Past about 11,000 (undocumented) Slack answers ``msg_blocks_too_long``:
github.com/slackapi/bolt-js/issues/2509 and 2867."""
VIEW_BYTES: Final = 250_000  # methods/views.open, error view_too_large: "greater than 250kb"
VIEW_TITLE: Final = 24  # views/modal-views: title, submit and close alike
METADATA: Final = 3_000  # views/modal-views, private_metadata
CALLBACK_ID: Final = 255  # views/modal-views
IDENTIFIER: Final = 255  # blocks/…, block_id; elements/…, action_id
HEADER: Final = 150  # blocks/header-block
SECTION: Final = 3_000  # blocks/section-block, text
SECTION_FIELDS: Final = 10  # blocks/section-block, fields
SECTION_FIELD: Final = 2_000  # blocks/section-block, fields
CONTEXT: Final = 10  # blocks/context-block, elements
CONTEXT_TEXT: Final = 3_000  # objects/text-object, text: "maximum length is 3000 characters"
ACTIONS: Final = 25  # blocks/actions-block, elements
LABEL: Final = 2_000  # blocks/input-block, label
HINT: Final = 2_000  # blocks/input-block, hint
ALT_TEXT: Final = 2_000  # blocks/image-block, alt_text
IMAGE_TITLE: Final = 2_000  # blocks/image-block, title
URL: Final = 3_000  # blocks/image-block, image_url; elements/button-element, url
BUTTON: Final = 75  # elements/button-element, text and accessibility_label
BUTTON_VALUE: Final = 2_000  # elements/button-element, value
OPTION: Final = 75  # objects/option-object, text and description
OPTION_VALUE: Final = 150  # objects/option-object, value
OPTIONS_SHOWN: Final = 10  # elements/radio-button-group-element, elements/checkboxes-element
OPTIONS_LISTED: Final = 100  # elements/select-menu-element and multi-select: options, option_groups
GROUP_LABEL: Final = 75  # objects/option-group-object, label
PLACEHOLDER: Final = 150  # elements/…, placeholder
TYPED: Final = 3_000  # elements/plain-text-input-element, max_length
FILES: Final = 10  # elements/file-input-element, max_files
CONFIRM_TITLE: Final = 100  # objects/confirmation-dialog-object
CONFIRM_TEXT: Final = 300
CONFIRM_BUTTON: Final = 30
STACK: Final = 3  # methods/views.push, error push_limit_reached: "the limit is 3"
