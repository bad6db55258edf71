/**
 * Runs inside the doctor's browser pages, so it may use nothing from outside itself. Joins a room with
 * candidates of one transport protocol only, sends or receives a picture, and says which way it went.
 */
export async function joinAndMeasure({ url, token, protocol, publishes, timeoutMs }) {
  const isWanted = (candidate) => !candidate || new RegExp(` ${protocol} `, 'i').test(candidate)
  const connections = []

  /** Drops candidates of the other protocol on their way in and out; without them it cannot be used. */
  function limitCandidates() {
    const prototype = RTCPeerConnection.prototype
    const { addIceCandidate, setRemoteDescription } = prototype
    prototype.addIceCandidate = function (candidate) {
      if (!connections.includes(this)) connections.push(this)
      return isWanted(candidate?.candidate) ? addIceCandidate.call(this, candidate) : Promise.resolve()
    }
    prototype.setRemoteDescription = function ({ type, sdp }) {
      if (!connections.includes(this)) connections.push(this)
      const lines = sdp.split('\r\n').filter((line) => !line.startsWith('a=candidate:') || isWanted(line))
      return setRemoteDescription.call(this, { type, sdp: lines.join('\r\n') })
    }
    const { get, set } = Object.getOwnPropertyDescriptor(prototype, 'onicecandidate')
    const limited = (handler) => (event) => isWanted(event.candidate?.candidate) && handler(event)
    const setLimited = function (handler) {
      set.call(this, handler && limited(handler))
    }
    Object.defineProperty(prototype, 'onicecandidate', { configurable: true, get, set: setLimited })
  }

  /** The protocol of the pair that carries packets, taken from the browser's own statistics. */
  async function usedProtocol() {
    for (const connection of connections) {
      const stats = [...(await connection.getStats()).values()]
      const pair = stats.find(
        (one) => one.type === 'candidate-pair' && one.nominated && one.state === 'succeeded',
      )
      const local = stats.find((one) => one.id === pair?.localCandidateId)
      if (local) return local.protocol
    }
    return 'unknown'
  }

  function firstFrame(track) {
    const video = track.attach()
    video.muted = true
    document.body.append(video)
    return new Promise((done) => {
      video.requestVideoFrameCallback((_, frame) => done({ width: frame.width, height: frame.height }))
    })
  }

  limitCandidates()
  const { Room, RoomEvent } = window.LivekitClient
  const room = new Room()
  const startedAt = performance.now()
  const work = async () => {
    const subscribed = new Promise((done) => room.on(RoomEvent.TrackSubscribed, done))
    await room.connect(url, token)
    const frame = publishes ? {} : await firstFrame(await subscribed)
    const frameMs = performance.now() - startedAt
    if (publishes) {
      await room.localParticipant.setCameraEnabled(true)
      // Stay until the receiver has seen a frame and left, or there is nobody any more.
      await new Promise((done) => room.on(RoomEvent.ParticipantDisconnected, done))
    }
    return { ...frame, frameMs, protocol: await usedProtocol() }
  }
  const late = new Promise((_, reject) =>
    setTimeout(() => reject(new Error(`no picture in ${timeoutMs} ms`)), timeoutMs),
  )
  try {
    return await Promise.race([work(), late])
  } finally {
    await room.disconnect()
  }
}
