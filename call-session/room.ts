import {
  DefaultReconnectPolicy,
  type Participant,
  type RemoteTrack,
  Room,
  RoomEvent,
  setLogLevel,
  Track,
} from 'livekit-client'

export interface RoomHandlers {
  onLinkLost(): void
  onLinkRestored(): void
  onDisconnected(reason: number | undefined): void
  /** anything about the others changed */
  onRemotesChanged(): void
  onRemoteVideo(track: RemoteTrack): void
  onAudioBlocked(isBlocked: boolean): void
  onData(topic: string | undefined, payload: Uint8Array, from: string): void
}

/**
 * LiveKit's own repair is kept short (its default goes on for over half a minute): it repairs with the token
 * at hand, and only a fresh grant brings a room back that a restarted server has forgotten.
 */
const repairDelaysMs = [0, 300, 1200, 2700]

export function createRoom(options: { adaptiveStream: boolean; speakerId: string | undefined }): Room {
  setLogLevel('warn')
  return new Room({
    adaptiveStream: options.adaptiveStream,
    dynacast: true,
    publishDefaults: { videoCodec: 'vp8', simulcast: true },
    reconnectPolicy: new DefaultReconnectPolicy(repairDelaysMs),
    // Our tracks outlive a room, see LocalMedia.
    stopLocalTrackOnUnpublish: false,
    // `beforeunload` also fires for downloads and for a leave the user then cancels; we leave on `pagehide`.
    disconnectOnPageLeave: false,
    ...(options.speakerId ? { audioOutput: { deviceId: options.speakerId } } : {}),
  })
}

const remoteChanges = [
  RoomEvent.ParticipantConnected,
  RoomEvent.ParticipantDisconnected,
  RoomEvent.ParticipantNameChanged,
  RoomEvent.TrackPublished,
  RoomEvent.TrackUnpublished,
  RoomEvent.TrackMuted,
  RoomEvent.TrackUnmuted,
  RoomEvent.ActiveSpeakersChanged,
  RoomEvent.ConnectionQualityChanged,
] as const

/** Connects a room to the session, and the voices of the others to the loudspeaker. */
export function wireRoom(room: Room, handlers: RoomHandlers): void {
  for (const event of remoteChanges) room.on(event, handlers.onRemotesChanged)
  room
    .on(RoomEvent.Reconnecting, handlers.onLinkLost)
    .on(RoomEvent.SignalReconnecting, handlers.onLinkLost)
    .on(RoomEvent.Reconnected, handlers.onLinkRestored)
    .on(RoomEvent.Disconnected, handlers.onDisconnected)
    .on(RoomEvent.AudioPlaybackStatusChanged, () => handlers.onAudioBlocked(!room.canPlaybackAudio))
    .on(RoomEvent.DataReceived, (payload, participant?: Participant, _kind?: unknown, topic?: string) => {
      if (participant) handlers.onData(topic, payload, participant.identity)
    })
    .on(RoomEvent.TrackSubscribed, (track) => {
      if (track.kind === Track.Kind.Audio) track.attach()
      else handlers.onRemoteVideo(track)
      handlers.onRemotesChanged()
    })
    .on(RoomEvent.TrackUnsubscribed, (track) => {
      track.detach()
      handlers.onRemotesChanged()
    })
}
