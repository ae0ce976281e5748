//! The sync.so API served in this process on loopback, doing real work: speech by espeak-ng, pictures by ffmpeg.
//!
//! It keeps the contract (`x-api-key`, ids, error codes, statuses) so that the program cannot tell it from the
//! service, but never pretends to be it: its voices are called sandbox ones, its models say that no lips are
//! generated, and so does a mark in every video.

mod assets;
mod auth;
mod catalogue;
mod collect;
mod costs;
mod door;
mod faults;
mod files;
mod generations;
mod inputs;
mod inspect;
mod links;
mod mark;
mod models;
mod pieces;
mod pitch;
mod plan;
mod refusal;
mod render;
mod request;
mod segments;
mod speech;
mod state;
mod synth;
mod timeline;
mod tools;
mod voices;
mod wave;
mod worker;
mod world;

use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{get, post, put};
use tokio_util::sync::CancellationToken;

pub use faults::{Fault, Faults};
pub use plan::{Plan, Rate, Terms};
pub use tools::Tools;

/// How to serve.
#[derive(Debug, Clone)]
pub struct Options {
    /// 0 takes a free one.
    pub port: u16,
    /// Where voices, files and runs are remembered.
    pub data_dir: PathBuf,
    /// The key callers must send; `None` makes a new one.
    pub key: Option<String>,
    pub pace: Pace,
    /// The programs to run.
    pub tools: Tools,
}

/// How long work takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Pace {
    /// As long as it takes.
    Instant,
    /// Long enough to see it happen: about six seconds for ten seconds of video.
    #[default]
    Real,
}

/// A sandbox at work. Dropping it ends every connection and every program it started; what was under way begins
/// again when the next one starts in the same folder.
#[derive(Debug)]
pub struct Sandbox {
    origin: String,
    key: String,
    faults: Faults,
    plan: Plan,
    stop: CancellationToken,
    tasks: tokio::task::JoinSet<()>,
}

impl Sandbox {
    /// Where it answers: `http://127.0.0.1:4711`.
    pub fn base_url(&self) -> &str {
        &self.origin
    }

    /// What to send as `x-api-key`.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Trouble on demand.
    pub fn faults(&self) -> &Faults {
        &self.faults
    }

    /// What the account may do, and how long addresses last.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.stop.cancel();
        self.tasks.abort_all();
    }
}

/// Starts to serve. Must be called within a tokio runtime, which the sandbox then lives on.
///
/// # Errors
/// When the port is taken, or the data folder cannot be used.
pub async fn start(options: Options) -> crate::error::Result<Sandbox> {
    let stop = CancellationToken::new();
    let door = door::Door::open_usual(&options, stop.clone()).await?;
    let world = Arc::new(world::World::open(options, door.port(), stop.clone()).await?);
    world.remember_port(door.port()).await;
    let faults = Faults::default();
    let service = router(world.clone(), &faults).into_make_service_with_connect_info::<door::Wire>();
    tracing::info!(address = world.origin, "the sandbox answers");
    let (origin, key, plan) = (world.origin.clone(), world.key.clone(), world.plan.clone());
    let mut tasks = tokio::task::JoinSet::new();
    tasks.spawn(async move {
        if let Err(error) = axum::serve(door, service).await {
            tracing::warn!(%error, "the sandbox ended");
        }
    });
    tasks.spawn(worker::work(world.clone()));
    tasks.spawn(collect::work(world.clone()));
    tasks.spawn(speech::work(world));
    Ok(Sandbox { origin, key, faults, plan, stop, tasks })
}

fn router(world: world::Shared, faults: &Faults) -> Router {
    let keyed = Router::new()
        .route("/v2/voices", get(voices::list).post(voices::clone))
        .route("/v2/voices/{id}", get(voices::get).delete(voices::delete))
        .route("/v2/assets/upload", post(assets::presign))
        .route("/v2/assets/batch", post(assets::batch))
        .route("/v2/assets", get(assets::list).post(assets::register))
        .route("/v2/assets/{id}", get(assets::get).patch(assets::update).delete(assets::delete))
        .route("/v2/tts", post(speech::speak))
        .route("/v2/tts/jobs", post(speech::create_job))
        .route("/v2/tts/jobs/{id}", get(speech::get_job))
        .route("/v2/generate", post(generations::create))
        .route("/v2/generate/estimate-cost", post(costs::estimate))
        .route("/v2/generate/{id}", get(generations::get))
        .route("/v2/generate/{id}/costs", get(costs::of_run))
        .route("/v2/analyze/cost", post(costs::analyze))
        .route("/v2/generations", get(generations::list))
        .route("/v2/generations/estimate", post(costs::estimate))
        .route("/v2/generations/{id}", get(generations::get).delete(generations::delete))
        .route("/v2/generations/{id}/download", get(generations::download))
        .route("/v2/models", get(models::list))
        .route_layer(from_fn_with_state(world.clone(), auth::within_rates))
        .route_layer(from_fn_with_state(world.clone(), auth::with_key));
    let keyless = Router::new()
        .route("/uploads/{secret}", put(files::upload))
        .route("/files/{token}/{name}", get(files::download))
        .route("/previews/{secret}/{file}", get(voices::preview))
        .route_layer(from_fn(auth::without_key));
    Router::new()
        .route("/v2/errors", get(catalogue::list))
        .merge(keyed)
        .merge(keyless)
        .fallback(world::no_such_path)
        .method_not_allowed_fallback(world::no_such_method)
        .layer(from_fn_with_state((faults.clone(), world.clone()), faults::happen))
        .layer(from_fn_with_state(world.clone(), auth::own_host))
        .with_state(world)
}
