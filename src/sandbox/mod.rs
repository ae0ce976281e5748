//! Being built.
mod mark;
mod pitch;
mod timeline;
mod tools;
mod wave;
