import {
  type Participant,
  type RemoteParticipant,
  type Room,
  Track,
  type TrackPublication,
} from 'livekit-client'

/**
 * A picture that can be shown. LiveKit's tracks fit it as they are; keep it out of deep reactivity
 * (`shallowRef`, `markRaw`), a proxied track does not attach. Attach again whenever this object changes: its
 * MediaStreamTrack and that one's id may stay the same when the other side comes back.
 */
export interface VideoSource {
  readonly mediaStreamTrack: MediaStreamTrack
  attach(element: HTMLMediaElement): HTMLMediaElement
  detach(element: HTMLMediaElement): HTMLMediaElement
}

export type QualityLevel = 'excellent' | 'good' | 'poor' | 'lost' | 'unknown'

export interface RemoteView {
  /** `role:id:tab` */
  identity: string
  role: string
  name: string
  /** null while the camera is off or its picture has not arrived */
  camera: VideoSource | null
  screen: VideoSource | null
  microphone: 'on' | 'muted' | 'none'
  isSpeaking: boolean
  quality: QualityLevel
}

export function describeRemotes(room: Room): RemoteView[] {
  return [...room.remoteParticipants.values()].map(describeRemote)
}

export function qualityOf(participant: Participant): QualityLevel {
  return participant.connectionQuality
}

function describeRemote(participant: RemoteParticipant): RemoteView {
  const microphone = participant.getTrackPublication(Track.Source.Microphone)
  return {
    identity: participant.identity,
    role: participant.identity.split(':')[0] ?? '',
    name: participant.name ?? '',
    camera: visible(participant.getTrackPublication(Track.Source.Camera)),
    screen: visible(participant.getTrackPublication(Track.Source.ScreenShare)),
    microphone: microphone ? (microphone.isMuted ? 'muted' : 'on') : 'none',
    isSpeaking: participant.isSpeaking,
    quality: qualityOf(participant),
  }
}

function visible(publication: TrackPublication | undefined): VideoSource | null {
  return publication && !publication.isMuted ? (publication.videoTrack ?? null) : null
}
