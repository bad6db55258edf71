export type UploadState = 'waiting' | 'sending' | 'done' | 'failed' | 'cancelled'

export interface UploadItem {
  id: string
  /** The consultation, or the ticket whose reply it goes with. */
  placeId: string
  name: string
  sizeBytes: number
  /** 0 to 1 */
  progress: number
  state: UploadState
  error: unknown
}

interface Entry extends UploadItem {
  file: File
  abort: AbortController
}

export interface SendInput {
  /** Stays the same when the file is tried again, so that it arrives once. */
  id: string
  placeId: string
  file: File
  signal: AbortSignal
  onProgress(share: number): void
}

/** More at once would only share the same line and delay the first. */
const atOnce = 2

/** Files on their way: a few at a time, each with progress, cancel and another try. */
export class UploadQueue {
  private entries: Entry[] = []

  constructor(
    private readonly send: (input: SendInput) => Promise<unknown>,
    private readonly onChange: (items: UploadItem[]) => void,
    private readonly newId: () => string = () => crypto.randomUUID(),
  ) {}

  add(placeId: string, files: readonly File[]): void {
    for (const file of files) {
      this.entries.push({
        id: this.newId(),
        placeId,
        name: file.name,
        sizeBytes: file.size,
        progress: 0,
        state: 'waiting',
        error: null,
        file,
        abort: new AbortController(),
      })
    }
    this.pump()
  }

  cancel(id: string): void {
    const entry = this.find(id)
    if (!entry || entry.state === 'done') return
    this.patch(id, { state: 'cancelled' })
    entry.abort.abort(new DOMException('cancelled', 'AbortError'))
    this.forget(id)
    this.pump()
  }

  retry(id: string): void {
    if (this.find(id)?.state !== 'failed') return
    this.patch(id, { state: 'waiting', progress: 0, error: null, abort: new AbortController() })
    this.pump()
  }

  forget(id: string): void {
    this.entries = this.entries.filter((entry) => entry.id !== id)
    this.tell()
  }

  private pump(): void {
    const free = atOnce - this.entries.filter((entry) => entry.state === 'sending').length
    const next = this.entries.filter((entry) => entry.state === 'waiting').slice(0, Math.max(0, free))
    for (const entry of next) void this.run(entry.id)
    this.tell()
  }

  private async run(id: string): Promise<void> {
    this.patch(id, { state: 'sending' })
    const entry = this.find(id)
    if (!entry) return
    try {
      await this.send({
        id,
        placeId: entry.placeId,
        file: entry.file,
        signal: entry.abort.signal,
        onProgress: (progress) => this.patch(id, { progress }),
      })
      this.patch(id, { state: 'done', progress: 1 })
    } catch (error) {
      if (!entry.abort.signal.aborted) this.patch(id, { state: 'failed', error })
    }
    this.pump()
  }

  private find(id: string): Entry | undefined {
    return this.entries.find((entry) => entry.id === id)
  }

  private patch(id: string, change: Partial<Entry>): void {
    this.entries = this.entries.map((entry) => (entry.id === id ? { ...entry, ...change } : entry))
    this.tell()
  }

  private tell(): void {
    this.onChange(this.entries.map(({ file: _file, abort: _abort, ...item }) => item))
  }
}
