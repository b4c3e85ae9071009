"""What is known of images and the programs in them."""
