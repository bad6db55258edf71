/** What runs inside the browser pages of the call benchmark, product's and bare alike. */

export interface CallMarks {
  startAt?: number
  connectAt?: number
  signallingAt?: number
  firstFrameAt?: number
  /** What happened on the way, in the order of time. */
  steps?: [name: string, at: number][]
}

/**
 * Runs before the page's own scripts: marks when `connect()` is called (the product says so by user timing),
 * when the signalling socket is opened, and when the first frame of a remote picture is there.
 */
export function markCall(): void {
  const marks: CallMarks = { steps: [] }
  const now = () => performance.timeOrigin + performance.now()
  Object.assign(window, { bangbanCall: marks })
  const step = (name: string) => marks.steps?.push([name, now()])
  const send = window.fetch
  window.fetch = async (...request) => {
    const command = /\/(accept|grants)$/.exec(
      String(request[0] instanceof Request ? request[0].url : request[0]),
    )?.[1]
    if (command) step(`${command} asked`)
    const answer = await send(...request)
    if (command) step(`${command} answered`)
    return answer
  }
  const mark = performance.mark.bind(performance)
  performance.mark = (name, options) => {
    if (name === 'bangban:connect') {
      marks.connectAt ??= now()
      step('connect')
    }
    return mark(name, options)
  }
  const Socket = window.WebSocket
  window.WebSocket = class extends Socket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols)
      if (!String(url).includes('/rtc')) return
      marks.signallingAt ??= now()
      step('socket')
      this.addEventListener('open', () => step('socket open'))
    }
  }
  const Peer = window.RTCPeerConnection
  window.RTCPeerConnection = class extends Peer {
    constructor(configuration?: RTCConfiguration) {
      super(configuration)
      step('peer')
      this.addEventListener('iceconnectionstatechange', () => step(`ice ${this.iceConnectionState}`))
      this.addEventListener('connectionstatechange', () => step(`peer ${this.connectionState}`))
      this.addEventListener('track', ({ track }) => {
        if (track.kind !== 'video') return
        step('track')
        const video = document.createElement('video')
        video.muted = true
        video.srcObject = new MediaStream([track])
        const done = () => {
          marks.firstFrameAt ??= now()
          step('frame')
          video.srcObject = null
        }
        video.requestVideoFrameCallback(done)
        video.addEventListener('loadeddata', done, { once: true })
        video.play().catch(() => undefined)
      })
    }
  }
}

interface BareRoom {
  connect(url: string, token: string): Promise<void>
  disconnect(): Promise<void>
  localParticipant: { enableCameraAndMicrophone(): Promise<void> }
}

/** The least that makes a call with livekit-client. */
export async function joinBare({ url, token }: { url: string; token: string }): Promise<void> {
  const page = window as unknown as {
    LivekitClient: { Room: new (options: object) => BareRoom }
    bangbanCall: CallMarks
  }
  page.bangbanCall.startAt = performance.timeOrigin + performance.now()
  page.bangbanCall.steps?.splice(0)
  const room = new page.LivekitClient.Room({ dynacast: true })
  performance.mark('bangban:connect')
  await room.connect(url, token)
  await room.localParticipant.enableCameraAndMicrophone()
}

/** Presses a button and marks the moment. */
export function pressAndMark(button: Element): void {
  const { bangbanCall } = window as unknown as { bangbanCall: CallMarks }
  for (const mark of ['startAt', 'connectAt', 'signallingAt', 'firstFrameAt'] as const)
    delete bangbanCall[mark]
  bangbanCall.steps?.splice(0)
  bangbanCall.startAt = performance.timeOrigin + performance.now()
  ;(button as HTMLElement).click()
}
