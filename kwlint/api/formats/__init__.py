"""What names, labels, addresses and the like must look like: any module of it may be asked."""
