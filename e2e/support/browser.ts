/** The browser the journeys drive: found by `npm test`, or the system's own. */
export const chromiumPath = process.env.CHROMIUM_PATH || '/usr/bin/chromium'

/** Nothing of the browser's own traffic, and no GPU: what is measured is ours. */
export const baseFlags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/**
 * A camera, a microphone and a screen that are always granted. The second fake camera sends depth pictures;
 * 15 pictures a second leave two cores room for everything else.
 */
export const mediaFlags = [
  ...baseFlags,
  '--use-fake-ui-for-media-stream',
  '--use-fake-device-for-media-stream=device-count=3,fps=15',
  '--auto-select-desktop-capture-source=Entire screen',
]
