//! Shoes in UT-Zappos50K's layout.
