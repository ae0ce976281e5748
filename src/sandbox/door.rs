//! The listening socket: loopback only, and every connection can be cut, by a fault or because the sandbox ends.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

use crate::error::{Error, Result};

/// Accepts connections until it is dropped; cuts them all when `stop` is cancelled.
pub(super) struct Door {
    listener: TcpListener,
    stop: CancellationToken,
}

impl Door {
    /// Opens on the asked port. When none is asked for, on the one of last time, so that addresses handed out then
    /// still lead here; else on a free one.
    ///
    /// # Errors
    /// When the asked port is taken.
    pub async fn open_usual(options: &super::Options, stop: CancellationToken) -> Result<Self> {
        if options.port == 0 {
            let last = tokio::fs::read_to_string(super::state::port_file(&options.data_dir)).await;
            let last = last.ok().and_then(|port| port.trim().parse::<u16>().ok()).filter(|port| *port >= 1024);
            if let Some(last) = last {
                // A sandbox that has just ended may take a moment to let go of it.
                for _ in 0..10 {
                    if let Ok(door) = Self::open(last, stop.clone()).await {
                        return Ok(door);
                    }
                    tokio::time::sleep(Duration::from_millis(40)).await;
                }
            }
        }
        Self::open(options.port, stop).await
    }

    /// Opens on 127.0.0.1; port 0 takes a free one.
    ///
    /// # Errors
    /// When the port is taken.
    pub async fn open(port: u16, stop: CancellationToken) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(|error| {
            Error::Media(format!(
                "The sandbox could not listen on port {port} ({error}). Choose another port, or end the program that uses it."
            ))
        })?;
        Ok(Self { listener, stop })
    }

    /// The port it listens on.
    pub fn port(&self) -> u16 {
        self.listener.local_addr().map_or(0, |address| address.port())
    }
}

impl Listener for Door {
    type Io = Connection;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            match self.listener.accept().await {
                Ok((stream, address)) => return (Connection::new(stream, self.stop.child_token()), address),
                // Out of file handles, mostly: it passes.
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        }
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        self.listener.local_addr()
    }
}

/// What a handler knows of the connection it answers on.
#[derive(Debug, Clone)]
pub(super) struct Wire(CancellationToken);

impl Wire {
    /// Ends the connection; nothing more is sent on it.
    pub fn cut(&self) {
        self.0.cancel();
    }
}

impl Connected<IncomingStream<'_, Door>> for Wire {
    fn connect_info(stream: IncomingStream<'_, Door>) -> Self {
        Self(stream.io().cut.clone())
    }
}

/// A connection that fails once it is cut.
pub(super) struct Connection {
    stream: TcpStream,
    cut: CancellationToken,
    was_cut: Pin<Box<WaitForCancellationFutureOwned>>,
}

impl Connection {
    fn new(stream: TcpStream, cut: CancellationToken) -> Self {
        let was_cut = Box::pin(cut.clone().cancelled_owned());
        Self { stream, cut, was_cut }
    }

    fn whole(&mut self, context: &mut Context<'_>) -> io::Result<()> {
        match self.was_cut.as_mut().poll(context) {
            Poll::Ready(()) => Err(io::ErrorKind::ConnectionAborted.into()),
            Poll::Pending => Ok(()),
        }
    }
}

impl AsyncRead for Connection {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        self.whole(cx)?;
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.whole(cx)?;
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.whole(cx)?;
        Pin::new(&mut self.stream).poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.whole(cx)?;
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
