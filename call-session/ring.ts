export interface Ring {
  stop(): void
}

type SinkContext = AudioContext & { setSinkId?(sinkId: string): Promise<void> }
type SinkElement = HTMLAudioElement & { setSinkId?(sinkId: string): Promise<void> }

const notes = [
  { hertz: 660, atSeconds: 0 },
  { hertz: 880, atSeconds: 0.22 },
  { hertz: 660, atSeconds: 0.44 },
  { hertz: 880, atSeconds: 0.66 },
]
const noteSeconds = 0.2
const periodMs = 2400

/**
 * Rings until stopped, with a tone made on the spot. A browser that has not been touched yet keeps silent
 * and joins in at the first tap or key.
 *
 * @param speakerId an output of `listDevices()`; the system's own where it is missing or unplugged
 */
export function startRing(speakerId?: string): Ring {
  if (typeof AudioContext !== 'function') return { stop: () => undefined }
  const context: SinkContext = new AudioContext()
  const output = context.createGain()
  output.gain.value = 0.25
  const stopOutput = connectOutput(context, output, speakerId)
  const wake = () => void context.resume()
  addEventListener('pointerdown', wake)
  addEventListener('keydown', wake)
  const play = () => {
    // Notes scheduled while suspended would all sound at once on waking.
    if (context.state === 'running') for (const note of notes) playNote(context, output, note)
  }
  const timer = setInterval(play, periodMs)
  context.addEventListener('statechange', play, { once: true })
  play()
  return {
    stop: () => {
      clearInterval(timer)
      removeEventListener('pointerdown', wake)
      removeEventListener('keydown', wake)
      context.removeEventListener('statechange', play)
      stopOutput()
      if (context.state !== 'closed') void context.close()
    },
  }
}

function playNote(
  context: AudioContext,
  output: AudioNode,
  note: { hertz: number; atSeconds: number },
): void {
  const start = context.currentTime + note.atSeconds
  const oscillator = context.createOscillator()
  const envelope = context.createGain()
  oscillator.frequency.value = note.hertz
  // A soft start and end: a tone that is cut off clicks.
  envelope.gain.setValueAtTime(0, start)
  envelope.gain.linearRampToValueAtTime(1, start + 0.02)
  envelope.gain.linearRampToValueAtTime(0, start + noteSeconds)
  oscillator.connect(envelope).connect(output)
  oscillator.start(start)
  oscillator.stop(start + noteSeconds)
}

/** Chromium directs a whole context to a loudspeaker; elsewhere an audio element in between does it. */
function connectOutput(context: SinkContext, output: AudioNode, speakerId: string | undefined): () => void {
  const toDefault = () => output.connect(context.destination)
  if (!speakerId) {
    toDefault()
    return () => undefined
  }
  if (context.setSinkId) {
    toDefault()
    // An unplugged loudspeaker must not silence the ring: it then sounds on the system's own.
    context.setSinkId(speakerId).catch(() => undefined)
    return () => undefined
  }
  const element: SinkElement = new Audio()
  if (!element.setSinkId) {
    toDefault()
    return () => undefined
  }
  const stream = context.createMediaStreamDestination()
  output.connect(stream)
  element.srcObject = stream.stream
  element
    .setSinkId(speakerId)
    .catch(() => undefined)
    .then(() => element.play())
    .catch(toDefault)
  return () => {
    element.pause()
    element.srcObject = null
  }
}
