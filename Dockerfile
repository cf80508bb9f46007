# syntax=docker/dockerfile:1
# One file for all services: docker build --build-arg SERVICE=scanner -t assay/scanner .

FROM node:24.21.0-trixie-slim AS base
WORKDIR /assay

# Everything is compiled once; images of further services take this stage from the cache.
FROM base AS build
COPY . .
RUN --mount=type=cache,target=/root/.npm npm ci --no-audit --no-fund
RUN npm run build \
    && rm -rf node_modules apps/*/node_modules libs/*/node_modules \
              apps/*/src apps/*/test libs/*/src libs/*/test

# What one service needs at run time. Optional packages are the embedded default's Postgres and Node: not for containers. Of the
# fonts, which come in every weight and two formats, reports are set in two weights and one.
FROM base AS release
ARG SERVICE
COPY --from=build /assay/package.json /assay/package-lock.json ./
COPY --from=build /assay/libs ./libs
COPY --from=build /assay/apps/${SERVICE} ./apps/${SERVICE}
RUN --mount=type=cache,target=/root/.npm \
    test -f "apps/${SERVICE:?name a service: --build-arg SERVICE=scanner}/dist/main.js" \
    && npm ci --no-audit --no-fund --ignore-scripts --omit=dev --omit=optional --workspace "apps/${SERVICE}" \
    && find node_modules -path '*/@fontsource/*' -name '*.woff*' ! -name '*-[47]00-normal.woff' -delete \
    && ln -s "apps/${SERVICE}/dist/main.js" main.js

FROM base AS final
ARG SERVICE
LABEL org.opencontainers.image.title="assay-${SERVICE}" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=release /assay /assay
RUN install -d -o 1000 -g 1000 -m 0700 /var/lib/assay
VOLUME /var/lib/assay
ENV NODE_ENV=production \
    ASSAY_DATA_DIR=/var/lib/assay \
    TMPDIR=/var/lib/assay \
    HOST=0.0.0.0 \
    INTERNAL_HOST=0.0.0.0 \
    PORT=8080 \
    SERVICE_PORT=8080
EXPOSE 8080
USER 1000:1000
HEALTHCHECK --interval=5s --timeout=3s --start-period=60s --retries=6 \
    CMD ["node", "-e", "fetch('http://127.0.0.1:8080/readyz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--enable-source-maps", "main.js"]
