/** The server's clock as last heard of: due times are counted down by it, not by this computer's. */
let server = { at: 0, heardAt: 0, rate: 1 }

/** Answers take a moment to arrive: differences below this are no differences. */
const toleranceMs = 2000

export const serverNow = (): number =>
  server.heardAt === 0 ? Date.now() : server.at + (Date.now() - server.heardAt) * server.rate

/** `<ms since 1970> <rate>`; the rate is 1 but in demonstrations and tests. */
export function noteServerClock(header: string | null): void {
  const [at, rate] = (header ?? '').split(' ').map(Number)
  if (!at || !rate) return
  if (server.rate === rate && Math.abs(serverNow() - at) < toleranceMs * rate) return
  server = { at, heardAt: Date.now(), rate }
}
