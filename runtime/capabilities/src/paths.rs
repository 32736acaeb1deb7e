//! Paths of the project.
