import { type LocalVideoTrack, type RemoteTrack, type Room, Track } from 'livekit-client'
import { type QualityLevel, qualityOf } from './participants'
import {
  type CallSummary,
  type LinkFigures,
  noVideo,
  readLink,
  readReceived,
  readSent,
  type StatsEntry,
  type StreamTotals,
  SummaryBuilder,
  type VideoFigures,
} from './quality.rules'

/** How the call is for both sides. Levels are LiveKit's judgement, figures our own measurement. */
export interface QualityReport {
  local: { level: QualityLevel; sent: VideoFigures }
  /** `level` is the worst of the others, `received` the first camera of another participant */
  remote: { level: QualityLevel; received: VideoFigures }
  link: LinkFigures
}

const readingIntervalMs = 2000
const worstFirst: readonly QualityLevel[] = ['lost', 'poor', 'unknown', 'good', 'excellent']

/** Reads the statistics of the room of the moment every two seconds and sums the call up. */
export class QualityMonitor {
  private room: Room | null = null
  private timer: ReturnType<typeof setInterval> | undefined
  // Ids repeat from one stay in the room to the next, and objects from one publication to the next.
  private readonly before = new WeakMap<MediaStreamTrack, StreamTotals & { frames: number }>()
  private framesReceived = 0
  private readonly summary = new SummaryBuilder()

  constructor(
    private readonly localCamera: () => LocalVideoTrack | null,
    private readonly onReport: (report: QualityReport) => void,
  ) {}

  follow(room: Room): void {
    this.room = room
    clearInterval(this.timer)
    this.timer = setInterval(() => void this.read(), readingIntervalMs)
  }

  stop(): void {
    clearInterval(this.timer)
    this.room = null
  }

  /** Takes a last reading and sums up. */
  async summarise(reconnects: number): Promise<CallSummary> {
    await this.read()
    return this.summary.build({ framesReceived: this.framesReceived, reconnects })
  }

  async read(): Promise<void> {
    const room = this.room
    if (!room) return
    const remotes = remoteTracks(room)
    const sentEntries = await entriesOf(this.localCamera())
    const readings = await Promise.all(remotes.map((track) => this.readRemote(track)))
    const audio = remotes.length === 0 ? await entriesOf(localAudio(room)) : []
    if (this.room !== room) return
    const sent = readSent(sentEntries)
    const received = readings.find((reading) => reading.figures.width !== null)?.figures ?? noVideo
    const link = [...readings.map((reading) => reading.link), readLink(sentEntries), readLink(audio)]
    const known = link.find((figures) => figures.transport !== 'unknown') ?? {
      rttMs: null,
      transport: 'unknown',
    }
    this.summary.add({ received, sent, link: known })
    this.onReport({
      local: { level: qualityOf(room.localParticipant), sent },
      remote: { level: worstLevel(room), received },
      link: known,
    })
  }

  private async readRemote(track: RemoteTrack) {
    const entries = await entriesOf(track)
    const before = this.before.get(track.mediaStreamTrack) ?? null
    const { figures, totals, frames } = readReceived(entries, before)
    this.before.set(track.mediaStreamTrack, { ...totals, frames })
    const counted = before?.frames ?? 0
    this.framesReceived += frames >= counted ? frames - counted : frames
    return { figures, link: readLink(entries) }
  }
}

/** Cameras first: their figures are the ones shown. */
function remoteTracks(room: Room): RemoteTrack[] {
  const publications = [...room.remoteParticipants.values()].flatMap((participant) => [
    participant.getTrackPublication(Track.Source.Camera),
    participant.getTrackPublication(Track.Source.ScreenShare),
    participant.getTrackPublication(Track.Source.Microphone),
  ])
  return publications.flatMap((publication) => (publication?.track ? [publication.track as RemoteTrack] : []))
}

function localAudio(room: Room) {
  return room.localParticipant.getTrackPublication(Track.Source.Microphone)?.track ?? null
}

async function entriesOf(track: Pick<RemoteTrack, 'getRTCStatsReport'> | null): Promise<StatsEntry[]> {
  const report = await track?.getRTCStatsReport().catch(() => undefined)
  const entries: StatsEntry[] = []
  report?.forEach((entry: StatsEntry) => {
    entries.push(entry)
  })
  return entries
}

function worstLevel(room: Room): QualityLevel {
  const levels = [...room.remoteParticipants.values()].map(qualityOf)
  return worstFirst.find((level) => levels.includes(level)) ?? 'unknown'
}
