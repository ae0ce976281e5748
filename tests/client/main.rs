//! The API client against a server that answers in every way a service, a proxy or a network can.

mod answers;
mod downloads;
mod lost;
mod redirects;
mod refusals;
mod requests;
mod uploads;
mod wire;
