"""What screens share: words, controls, images, charts, caches and the frame of a page."""
