# Acaso's server in a container, with every room behind the lobby's port: 1025, TCP and UDP, is all that has to be let through.
#
#   docker build --tag acaso-server .
#   docker run --detach --name acaso --restart on-failure -p 1025:1025 -p 1025:1025/udp -v acaso:/var/lib/acaso-server acaso-server

FROM rust:1.95-slim-bookworm AS build
WORKDIR /acaso
COPY . .
# The C compiler that SQLite and ring need comes with that image.
RUN cargo build --locked --release --package acaso-server

# The same Debian, so that the program finds the C library it was built with.
FROM debian:bookworm-slim
RUN useradd --system --home-dir /var/lib/acaso-server --shell /usr/sbin/nologin acaso \
    && install --directory --owner acaso --group acaso --mode 0700 /var/lib/acaso-server
COPY --from=build /acaso/target/release/acaso-server /usr/local/bin/
USER acaso
# The server's key and its registry: whoever loses them is another server to everybody who knew it.
VOLUME /var/lib/acaso-server
# Options of the command line go before these, and so `docker run … acaso-server --access accounts` changes nothing else; accounts are
# added by `docker exec --interactive --tty acaso acaso-server account add NAME`.
ENV ACASO_BIND=0.0.0.0 ACASO_ROOMS=shared ACASO_DATA=/var/lib/acaso-server
EXPOSE 1025/tcp 1025/udp
# It needs no terminal, says goodbye to everybody on SIGTERM, and ends with an error when a part of it fails, so that a restart policy
# does what a health check could only guess.
ENTRYPOINT ["acaso-server"]
