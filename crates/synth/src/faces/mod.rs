//! Faces in CelebA's layout.
