//! Makes the runs that wait, one after the other, as long as the sandbox runs.

use std::panic::AssertUnwindSafe;
use std::path::Path;
use std::time::{Duration, Instant};

use axum::http::StatusCode;
use futures_util::FutureExt as _;

use super::pieces::Film;
use super::refusal::{Answer, Refusal};
use super::render::{Order, Rendered};
use super::state::{Line, Run, Voice};
use super::world::{Ahead, Shared, World};
use super::{Pace, links, speech};
use crate::api::Status;

/// Runs for ever; dropping it stops the programs it started.
pub(super) async fn work(world: Shared) {
    loop {
        let next = world.read().runs.iter().find(|run| run.status == Status::Pending).cloned();
        match next {
            Some(run) => {
                if work_on(&world, &run).await.is_err() {
                    // The disk does not take what was done: no use in trying at once again.
                    tokio::time::sleep(Duration::from_secs(5)).await;
                }
            }
            None => world.work.notified().await,
        }
    }
}

async fn work_on(world: &World, run: &Run) -> Answer<()> {
    if world.pace == Pace::Real {
        // Long enough for PENDING to be seen.
        tokio::time::sleep(Duration::from_millis(700)).await;
    }
    set(world, &run.id, |run| run.status = Status::Processing).await?;
    world.set_ahead(&run.id, Some(Ahead { done: 0.0, began: Instant::now(), planned: Duration::from_secs(5) }));
    let made = AssertUnwindSafe(make(world, run)).catch_unwind().await;
    let made = made.unwrap_or_else(|_| {
        let message = "The run ended without saying why.";
        Err(Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "generation_unknown_error", message))
    });
    world.set_ahead(&run.id, None);
    let link = links::issue(world);
    set(world, &run.id, |run| match made {
        Ok(output) => (run.status, run.output, run.link) = (Status::Completed, Some(output), link),
        Err(refusal) => {
            let code = refusal.code().unwrap_or("generation_unknown_error").to_owned();
            tracing::info!(code, "a run failed");
            (run.status, run.error) = (Status::Failed, Some((refusal.sentences(), Some(code))));
        }
    })
    .await
}

/// The finished video, by token, and its length in seconds.
async fn make(world: &World, run: &Run) -> Answer<(String, f64)> {
    if !run.order.segments.is_empty() {
        return make_of_segments(world, run).await;
    }
    let voice = match &run.order.voice {
        Voice::File(token) => token.clone(),
        // Spoken already when the sandbox was stopped in the middle.
        Voice::Line(line) => match &run.speech {
            Some(token) => token.clone(),
            None => spoken(world, run, line).await?,
        },
    };
    let folder = world.workshop()?;
    let (picture, voice) = (world.path(&run.order.picture), world.path(&voice));
    let order = Order {
        tools: &world.tools,
        picture: &picture,
        is_image: run.order.is_image,
        voice: &voice,
        mode: run.order.mode,
        folder: folder.path(),
    };
    let prepared = order.prepare().await?;
    let began = Instant::now();
    let planned = planned(world.pace, prepared.about_seconds(run.order.mode));
    let done = |done| world.set_ahead(&run.id, Some(Ahead { done, began, planned }));
    done(0.0);
    let Rendered { path, seconds } = order.render(&prepared, done).await?;
    done(1.0);
    tokio::time::sleep_until((began + planned).into()).await;
    keep(world, run, &path, seconds).await
}

async fn keep(world: &World, run: &Run, path: &Path, seconds: f64) -> Answer<(String, f64)> {
    let name = run.output_name.clone().unwrap_or_else(|| run.id.clone());
    let token = world.keep(path, &format!("{name}.mp4"), "video/mp4").await?;
    Ok((token, seconds))
}

/// The same with a voice for each of several parts. Lines are spoken once, however many segments say them.
async fn make_of_segments(world: &World, run: &Run) -> Answer<(String, f64)> {
    let mut lines: Vec<(&Line, String)> = Vec::new();
    let mut parts = Vec::new();
    for segment in &run.order.segments {
        let token = match &segment.voice {
            Voice::File(token) => token.clone(),
            Voice::Line(line) => {
                let known = lines.iter().find(|(known, _)| *known == line).map(|(_, token)| token.clone());
                if let Some(token) = known {
                    token
                } else {
                    let token = spoken(world, run, line).await?;
                    lines.push((line, token.clone()));
                    token
                }
            }
        };
        parts.push((segment.clone(), world.path(&token)));
    }
    let (folder, picture, began) = (world.workshop()?, world.path(&run.order.picture), Instant::now());
    let planned = planned(world.pace, run.order.segments.last().map_or(0.0, |segment| segment.end));
    let done = |done| world.set_ahead(&run.id, Some(Ahead { done, began, planned }));
    let film = Film { tools: &world.tools, picture: &picture, parts: &parts, folder: folder.path() };
    let Rendered { path, seconds } = film.render(done).await?;
    done(1.0);
    tokio::time::sleep_until((began + planned).into()).await;
    keep(world, run, &path, seconds).await
}

async fn spoken(world: &World, run: &Run, line: &Line) -> Answer<String> {
    let take = speech::perform(world, line).await?;
    set(world, &run.id, |run| _ = run.speech.get_or_insert(take.file.clone())).await?;
    Ok(take.file)
}

/// How long a result of `seconds` takes at least.
fn planned(pace: Pace, seconds: f64) -> Duration {
    match pace {
        Pace::Instant => Duration::ZERO,
        Pace::Real => Duration::from_secs_f64((seconds * 0.6).clamp(3.0, 60.0)),
    }
}

async fn set(world: &World, id: &str, change: impl FnOnce(&mut Run)) -> Answer<()> {
    world
        .change(|state| {
            if let Some(run) = state.runs.iter_mut().find(|run| run.id == id) {
                change(run);
            }
            Ok(())
        })
        .await
}
