/** Now as epoch milliseconds with the monotonic clock's precision, comparable between pages of one machine. */
export function preciseNow(): number {
  return performance.timeOrigin + performance.now()
}

/**
 * Calls back once, when the first frame of a remote picture is ready to be shown.
 *
 * It watches an element of its own, outside the document and unknown to LiveKit: neither the page's layout
 * nor adaptive streaming may change the measurement.
 */
export function onFirstFrame(track: MediaStreamTrack, callback: (at: number) => void): void {
  const video = document.createElement('video')
  video.muted = true
  video.playsInline = true
  let isDone = false
  const done = () => {
    if (isDone) return
    isDone = true
    callback(preciseNow())
    video.srcObject = null
  }
  // A page in the background composes no frames; it still decodes them and says so with `loadeddata`.
  video.addEventListener('loadeddata', done, { once: true })
  if ('requestVideoFrameCallback' in video) video.requestVideoFrameCallback(done)
  track.addEventListener('ended', () => (video.srcObject = null), { once: true })
  video.srcObject = new MediaStream([track])
  video.play().catch(() => undefined)
}
