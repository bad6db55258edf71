/** A picture of one received frame; width and height are the frame's own, whatever size it is shown in. */
export interface Snapshot {
  blob: Blob
  width: number
  height: number
}

const jpegQuality = 0.92
const frameTimeoutMs = 1500

/**
 * Takes one frame of a received picture at its full resolution, as JPEG.
 *
 * @throws Error when no frame arrives in time, for example because the other side's camera is off
 */
export async function takeSnapshot(track: MediaStreamTrack): Promise<Snapshot> {
  return (await frameFromVideo(track)) ?? (await frameFromProcessor(track)) ?? fail()
}

function fail(): never {
  throw new Error('No frame of this picture arrived in time.')
}

/** The element applies a phone's rotation, so what is stored is upright. */
async function frameFromVideo(track: MediaStreamTrack): Promise<Snapshot | null> {
  const video = document.createElement('video')
  video.muted = true
  video.playsInline = true
  video.srcObject = new MediaStream([track])
  try {
    video.play().catch(() => undefined)
    if (!(await nextFrame(video)) || video.videoWidth === 0) return null
    return await encode(video, video.videoWidth, video.videoHeight)
  } finally {
    video.srcObject = null
  }
}

function nextFrame(video: HTMLVideoElement): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), frameTimeoutMs)
    const done = () => {
      clearTimeout(timer)
      resolve(true)
    }
    if ('requestVideoFrameCallback' in video) video.requestVideoFrameCallback(done)
    else (video as HTMLVideoElement).addEventListener('loadeddata', done, { once: true })
  })
}

interface FrameReader {
  read(): Promise<{ value?: VideoFrame }>
  cancel(): Promise<void>
}

type FrameProcessor = new (init: { track: MediaStreamTrack }) => { readable: { getReader(): FrameReader } }

/** For a page in the background, which composes no frames: Chromium hands them out before they are drawn. */
async function frameFromProcessor(track: MediaStreamTrack): Promise<Snapshot | null> {
  const { MediaStreamTrackProcessor } = globalThis as { MediaStreamTrackProcessor?: FrameProcessor }
  if (!MediaStreamTrackProcessor) return null
  const clone = track.clone()
  const reader = new MediaStreamTrackProcessor({ track: clone }).readable.getReader()
  const timer = setTimeout(() => clone.stop(), frameTimeoutMs)
  try {
    const { value } = await reader.read()
    if (!value) return null
    const snapshot = await encode(value, value.displayWidth, value.displayHeight)
    value.close()
    return snapshot
  } finally {
    clearTimeout(timer)
    await reader.cancel()
    clone.stop()
  }
}

async function encode(image: CanvasImageSource, width: number, height: number): Promise<Snapshot> {
  const canvas = document.createElement('canvas')
  canvas.width = width
  canvas.height = height
  canvas.getContext('2d')?.drawImage(image, 0, 0, width, height)
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', jpegQuality))
  if (!blob) throw new Error('The browser could not encode the picture.')
  return { blob, width, height }
}
