"""What a learned code is worth as compression, beside PCA, PNG, JPEG and other rivals."""
