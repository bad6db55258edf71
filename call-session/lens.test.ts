import { describe, expect, it } from 'vitest'
import { Lens, lensOf } from './lens'

/** A camera as phones have it: `applyConstraints` replaces what was asked for before. */
function camera(capabilities: object, deviceId = 'back') {
  let constraints: MediaTrackConstraints = { width: 1280 }
  let settings: Record<string, unknown> = { deviceId }
  let isBroken = false
  return {
    breakDown: () => (isBroken = true),
    getCapabilities: () => capabilities as MediaTrackCapabilities,
    getConstraints: () => constraints,
    getSettings: () => settings as MediaTrackSettings,
    applyConstraints: async (next?: MediaTrackConstraints) => {
      if (isBroken) throw new DOMException('in use', 'NotReadableError')
      constraints = next ?? {}
      settings = { deviceId, ...constraints.advanced?.[0] }
    },
  }
}
const phone = { torch: true, zoom: { min: 1, max: 8, step: 0.5 } }

describe('lensOf', () => {
  it('shows what the camera has, and at what it stands', () => {
    expect(lensOf(camera(phone))).toEqual({ torch: false, zoom: { min: 1, max: 8, step: 0.5, value: 1 } })
    expect(lensOf(camera({ zoom: { min: 1, max: 1 } }))).toEqual({ torch: null, zoom: null })
    expect(lensOf(null)).toEqual({ torch: null, zoom: null })
  })

  it('offers nothing where the browser cannot tell', () => {
    const { getCapabilities: _, ...old } = camera(phone)
    expect(lensOf(old)).toEqual({ torch: null, zoom: null })
  })
})

describe('Lens', () => {
  it('sets torch and zoom together and leaves the size of the picture alone', async () => {
    const lens = new Lens()
    const track = camera(phone)
    expect(await lens.change(track, { torch: true })).toBe(true)
    expect(await lens.change(track, { zoom: 3 })).toBe(true)
    expect(track.getConstraints()).toEqual({ width: 1280, advanced: [{ torch: true, zoom: 3 }] })
    expect(lensOf(track)).toMatchObject({ torch: true, zoom: { value: 3 } })
  })

  it('sets them again after every restart of the camera', async () => {
    const lens = new Lens()
    await lens.change(camera(phone), { torch: true, zoom: 99 })
    for (const restarted of [camera(phone), camera(phone)]) {
      await lens.restore(restarted)
      expect(restarted.getSettings()).toMatchObject({ torch: true, zoom: 8 })
    }
  })

  it('does not take them over to another camera, nor back again', async () => {
    const lens = new Lens()
    await lens.change(camera(phone), { zoom: 3 })
    const front = camera(phone, 'front')
    await lens.restore(front)
    expect(front.getConstraints()).toEqual({ width: 1280 })
    const back = camera(phone)
    await lens.restore(back)
    expect(back.getConstraints()).toEqual({ width: 1280 })
  })

  it('says so where the camera cannot, and keeps no such wish', async () => {
    const lens = new Lens()
    expect(await lens.change(camera({}), { torch: true })).toBe(false)
    const broken = camera(phone)
    broken.breakDown()
    expect(await lens.change(broken, { torch: true })).toBe(false)
    const restarted = camera(phone)
    await lens.restore(restarted)
    expect(restarted.getConstraints()).toEqual({ width: 1280 })
  })
})
