/** What runs inside the browser pages of the call benchmark, product's and bare alike. */

export interface CallMarks {
  startAt?: number
  connectAt?: number
  firstFrameAt?: number
}

/**
 * Runs before the page's own scripts: marks when the signalling socket is opened, which is what
 * LiveKit's `connect()` does first, and when the first frame of a remote picture is there.
 */
export function markCall(): void {
  const marks: CallMarks = {}
  const now = () => performance.timeOrigin + performance.now()
  Object.assign(window, { bangbanCall: marks })
  const Socket = window.WebSocket
  window.WebSocket = class extends Socket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols)
      if (String(url).includes('/rtc')) marks.connectAt ??= now()
    }
  }
  const Peer = window.RTCPeerConnection
  window.RTCPeerConnection = class extends Peer {
    constructor(configuration?: RTCConfiguration) {
      super(configuration)
      this.addEventListener('track', ({ track }) => {
        if (track.kind !== 'video') return
        const video = document.createElement('video')
        video.muted = true
        video.srcObject = new MediaStream([track])
        const done = () => {
          marks.firstFrameAt ??= now()
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
  const room = new page.LivekitClient.Room({ dynacast: true })
  await room.connect(url, token)
  await room.localParticipant.enableCameraAndMicrophone()
}

/** Presses a button and marks the moment. */
export function pressAndMark(button: Element): void {
  const { bangbanCall } = window as unknown as { bangbanCall: CallMarks }
  for (const mark of ['startAt', 'connectAt', 'firstFrameAt'] as const) delete bangbanCall[mark]
  bangbanCall.startAt = performance.timeOrigin + performance.now()
  ;(button as HTMLElement).click()
}
