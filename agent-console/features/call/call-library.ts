type CallLibrary = typeof import('../../../call-session')

let loading: Promise<CallLibrary> | null = null

/** The call code with livekit-client, loaded while nobody waits for it: an accepted call must not. */
export function callLibrary(): Promise<CallLibrary> {
  loading ??= import('../../../call-session').catch((error) => {
    // A failed download is tried again by the next caller.
    loading = null
    throw error
  })
  return loading
}
