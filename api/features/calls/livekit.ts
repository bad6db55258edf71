import { AccessToken, RoomServiceClient, TrackSource, WebhookReceiver } from 'livekit-server-sdk'
import type { Config } from '../../config'

export interface Grant {
  room: string
  identity: string
  name: string
  role: 'agent' | 'visitor'
}

/** What the server says of a room: `unknown` where it cannot be reached. */
export type RoomState = { kind: 'present'; identities: string[] } | { kind: 'absent' } | { kind: 'unknown' }

export interface WebhookEvent {
  id: string
  type: string
  createdAt: number
  room: string | null
  participant: { sid: string; identity: string } | null
  body: Record<string, unknown>
}

/** LiveKit's admin API as far as we use it. */
export interface LivekitPort {
  /** Address for browsers; null means signalling is proxied on our own origin. */
  publicUrl: string | null
  createRoom(room: string): Promise<void>
  deleteRoom(room: string): Promise<void>
  mint(grant: Grant): Promise<string>
  removeParticipant(room: string, identity: string): Promise<void>
  listIdentities(room: string): Promise<string[]>
  roomStates(rooms: readonly string[]): Promise<Map<string, RoomState>>
  /** Verifies the signature over the raw text; throws where it does not fit. */
  receiveWebhook(body: string, authorization: string): Promise<WebhookEvent>
  isReachable(): Promise<boolean>
}

const roomSeconds = 300
const maxParticipants = 12
const requestTimeoutSeconds = 5

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'status' in error && error.status === 404

/** The port to a real LiveKit server. */
export const connectLivekit = (config: NonNullable<Config['livekit']>): LivekitPort => {
  const rooms = new RoomServiceClient(config.url.replace(/^ws/, 'http'), config.apiKey, config.apiSecret, {
    requestTimeout: requestTimeoutSeconds,
  })
  /** Both sides of an accepted call want the room in the same moment: LiveKit is asked once. */
  const opening = new Map<string, Promise<void>>()
  const receiver = new WebhookReceiver(config.apiKey, config.apiSecret)
  return {
    publicUrl: config.publicUrl ?? (config.isManaged ? null : config.url.replace(/^http/, 'ws')),
    createRoom(room) {
      const underWay = opening.get(room)
      if (underWay) return underWay
      const made = rooms
        .createRoom({
          name: room,
          emptyTimeout: roomSeconds,
          departureTimeout: roomSeconds,
          maxParticipants,
        })
        .then(() => undefined)
        .finally(() => opening.delete(room))
      opening.set(room, made)
      return made
    },
    async deleteRoom(room) {
      await rooms.deleteRoom(room).catch((error: unknown) => {
        if (!isMissing(error)) throw error
      })
    },
    async mint({ room, identity, name, role }) {
      const token = new AccessToken(config.apiKey, config.apiSecret, { identity, name, ttl: '10m' })
      token.addGrant({
        room,
        roomJoin: true,
        canPublish: true,
        canSubscribe: true,
        canPublishData: true,
        canUpdateOwnMetadata: false,
        canPublishSources: [
          TrackSource.CAMERA,
          TrackSource.MICROPHONE,
          TrackSource.SCREEN_SHARE,
          ...(role === 'agent' ? [TrackSource.SCREEN_SHARE_AUDIO] : []),
        ],
      })
      return token.toJwt()
    },
    async removeParticipant(room, identity) {
      await rooms.removeParticipant(room, identity).catch((error: unknown) => {
        if (!isMissing(error)) throw error
      })
    },
    listIdentities: async (room) => (await rooms.listParticipants(room)).map((each) => each.identity),
    async roomStates(names) {
      try {
        const present = new Set((await rooms.listRooms([...names])).map((room) => room.name))
        return new Map<string, RoomState>(
          names.map((name) => [
            name,
            present.has(name) ? { kind: 'present', identities: [] } : { kind: 'absent' },
          ]),
        )
      } catch {
        // Unreachable is not absent: a call must not end because its server could not be asked.
        return new Map<string, RoomState>(names.map((name) => [name, { kind: 'unknown' }]))
      }
    },
    async receiveWebhook(body, authorization) {
      const event = await receiver.receive(body, authorization)
      return {
        id: event.id,
        type: event.event,
        createdAt: Number(event.createdAt) * 1000,
        room: event.room?.name ?? null,
        participant: event.participant
          ? { sid: event.participant.sid, identity: event.participant.identity }
          : null,
        body: JSON.parse(body) as Record<string, unknown>,
      }
    },
    async isReachable() {
      try {
        await rooms.listRooms(['-'])
        return true
      } catch {
        return false
      }
    },
  }
}
