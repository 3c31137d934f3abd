"""What two screens share: the frame of a page, words, controls, images, charts and caches."""
