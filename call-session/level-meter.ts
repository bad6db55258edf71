/** Readings a second: enough for a meter that looks alive, cheap enough for an old phone. */
const readingsPerSecond = 10

/** Full scale of speech close to a microphone, so that normal talking fills most of the meter. */
const speechPeak = 0.25

/**
 * Measures how loud a microphone is, as 0–1, ten times a second.
 *
 * @returns stops measuring and frees the audio context; the track itself is left alone
 */
export function meterLevel(track: MediaStreamTrack, onLevel: (level: number) => void): () => void {
  if (typeof AudioContext !== 'function') return () => undefined
  const context = new AudioContext()
  const source = context.createMediaStreamSource(new MediaStream([track]))
  const analyser = context.createAnalyser()
  analyser.fftSize = 512
  source.connect(analyser)
  const samples = new Float32Array(analyser.fftSize)
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples)
    onLevel(track.enabled ? levelOf(samples) : 0)
  }, 1000 / readingsPerSecond)
  // Without a tap before it the context starts suspended; it then reads silence until the page is touched.
  const wake = () => void context.resume()
  if (context.state === 'suspended') addEventListener('pointerdown', wake, { once: true })
  return () => {
    clearInterval(timer)
    removeEventListener('pointerdown', wake)
    source.disconnect()
    void context.close()
  }
}

/** Root mean square of samples in [-1, 1], scaled so that speech fills 0–1. */
export function levelOf(samples: ArrayLike<number>): number {
  let sum = 0
  for (let index = 0; index < samples.length; index += 1) sum += (samples[index] ?? 0) ** 2
  const rms = samples.length === 0 ? 0 : Math.sqrt(sum / samples.length)
  return Math.min(1, rms / speechPeak)
}
