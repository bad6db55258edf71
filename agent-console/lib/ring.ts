interface RingOptions {
  /** `deviceId` of an audio output; empty = the system's choice. */
  deviceId?: string
  /** 0 to 1 */
  volume: number
}

type SinkContext = AudioContext & { setSinkId?: (id: string) => Promise<void> }

const periodMs = 2400

function chime(context: AudioContext, volume: number) {
  for (const [offset, frequency] of [
    [0, 659],
    [0.22, 880],
    [0.62, 659],
    [0.84, 880],
  ] as const) {
    const start = context.currentTime + offset
    const tone = context.createOscillator()
    const gain = context.createGain()
    tone.frequency.value = frequency
    gain.gain.setValueAtTime(0, start)
    gain.gain.linearRampToValueAtTime(volume * 0.5, start + 0.02)
    gain.gain.exponentialRampToValueAtTime(0.0001, start + 0.36)
    tone.connect(gain).connect(context.destination)
    tone.start(start)
    tone.stop(start + 0.4)
  }
}

/**
 * Rings on the chosen speaker until the returned function is called. Synthesised, so that nothing is
 * fetched when a citizen is already waiting. Silent if the page was never touched (browser rule).
 */
export function startRinging(options: RingOptions): () => void {
  const context: SinkContext = new AudioContext()
  let timer: ReturnType<typeof setInterval> | undefined
  let stopped = false
  const begin = () => {
    if (stopped) return
    chime(context, options.volume)
    timer = setInterval(() => chime(context, options.volume), periodMs)
  }
  // A speaker that was unplugged must not silence the ring: fall back to the system's.
  const routed =
    options.deviceId && context.setSinkId ? context.setSinkId(options.deviceId) : Promise.resolve()
  routed.then(begin, begin)
  return () => {
    stopped = true
    clearInterval(timer)
    void context.close()
  }
}
