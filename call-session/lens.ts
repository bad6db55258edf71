/** What this camera's torch and zoom are at; null where it has none. */
export interface LensView {
  torch: boolean | null
  zoom: { min: number; max: number; step: number; value: number } | null
}
export interface LensChange {
  torch?: boolean
  zoom?: number
}

/** Of the Image Capture specification; not in TypeScript's DOM yet. */
interface LensCapabilities extends MediaTrackCapabilities {
  torch?: boolean
  zoom?: { min: number; max: number; step?: number }
}
interface LensSettings extends MediaTrackSettings {
  torch?: boolean
  zoom?: number
}
type LensTrack = Pick<MediaStreamTrack, 'applyConstraints' | 'getConstraints' | 'getSettings'> & {
  getCapabilities?(): MediaTrackCapabilities
}

export const noLens: LensView = { torch: null, zoom: null }

/** Tested on the track itself: Firefox and older web views cannot tell, and then there is nothing to offer. */
const capabilitiesOf = (track: LensTrack): LensCapabilities => track.getCapabilities?.() ?? {}

export function lensOf(track: LensTrack | null): LensView {
  if (!track) return noLens
  const { torch, zoom } = capabilitiesOf(track)
  const now: LensSettings = track.getSettings()
  return {
    torch: torch ? now.torch === true : null,
    zoom:
      zoom && zoom.max > zoom.min
        ? { min: zoom.min, max: zoom.max, step: zoom.step || 0.1, value: now.zoom ?? zoom.min }
        : null,
  }
}

/**
 * Torch and zoom as the user set them. A camera that was off, or that the system took away, comes back with
 * neither: `restore` sets them again. They are of one camera and do not go over to another.
 */
export class Lens {
  private wished: LensChange = {}
  private deviceId: string | undefined

  /** False where the camera cannot, or the browser refuses. */
  async change(track: LensTrack, change: LensChange): Promise<boolean> {
    this.forgetOther(track)
    const wished = { ...this.wished, ...change }
    if (!(await apply(track, wished))) return false
    this.wished = wished
    return true
  }

  async restore(track: LensTrack): Promise<void> {
    this.forgetOther(track)
    if (Object.keys(this.wished).length > 0) await apply(track, this.wished)
  }

  private forgetOther(track: LensTrack): void {
    const { deviceId } = track.getSettings()
    if (deviceId !== this.deviceId) this.wished = {}
    this.deviceId = deviceId
  }
}

async function apply(track: LensTrack, wished: LensChange): Promise<boolean> {
  const { torch, zoom } = capabilitiesOf(track)
  const known: LensChange = {}
  if (torch && wished.torch !== undefined) known.torch = wished.torch
  if (zoom && wished.zoom !== undefined) known.zoom = Math.min(zoom.max, Math.max(zoom.min, wished.zoom))
  if (Object.keys(known).length === 0) return false
  try {
    // Constraints replace each other as a whole: without the others the picture would lose its size.
    const advanced = [known] as MediaTrackConstraintSet[]
    await track.applyConstraints({ ...track.getConstraints(), advanced })
    return true
  } catch {
    // Another program may hold the light; the picture goes on as it is.
    return false
  }
}
