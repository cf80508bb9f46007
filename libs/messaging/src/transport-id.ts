/** Marks handlers of this transport, so that no other transport of a Nest application picks them up. */
export const jetStreamTransport = Symbol('assay-jetstream');
