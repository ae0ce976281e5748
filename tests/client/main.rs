//! The API client against a server that answers in every way a service, a proxy or a network can.

#![allow(clippy::allow_attributes, dead_code, reason = "each part uses some of the server")]

mod lost;
mod redirects;
mod refusals;
mod requests;

mod wire;
