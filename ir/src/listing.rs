//! A listing of a program that a person can read.
