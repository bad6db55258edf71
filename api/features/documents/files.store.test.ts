import { createHash, randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { deflateRawSync } from 'node:zlib'
import fc from 'fast-check'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ZipFile } from 'yazl'
import { AppError } from '../../lib/errors'
import { createFileStore } from './files.store'

let directory = ''
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'bangban-files-'))
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

const incoming = () => readdirSync(join(directory, 'incoming'))
const kept = () =>
  readdirSync(directory)
    .filter((name) => name.length === 2)
    .flatMap((name) => readdirSync(join(directory, name)))
const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'stored',
    (error: unknown) => (error instanceof AppError ? error.code : `unexpected: ${error}`),
  )
const limits = { maxBytes: 1024 * 1024 }
const streamOf = (bytes: Uint8Array, size = 1000) =>
  Readable.from(
    (function* () {
      for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
    })(),
  )
const picture = (width = 60, height = 40) =>
  sharp({ create: { width, height, channels: 3, background: '#c33' } })
const zipOf = async (entries: Record<string, Buffer>): Promise<Buffer> => {
  const zip = new ZipFile()
  for (const [name, bytes] of Object.entries(entries)) zip.addBuffer(bytes, name, { compress: true })
  zip.end()
  const chunks: Buffer[] = []
  for await (const chunk of zip.outputStream) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}
const officeMain = {
  'wordprocessingml.document': 'word/document.xml',
  'spreadsheetml.sheet': 'xl/workbook.xml',
  'presentationml.presentation': 'ppt/presentation.xml',
}
const office = (type: keyof typeof officeMain) =>
  zipOf({
    '[Content_Types].xml': Buffer.from(
      `<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/${officeMain[type]}" ContentType="application/vnd.openxmlformats-officedocument.${type}.main+xml"/></Types>`,
    ),
    [officeMain[type]]: Buffer.from('<x/>'),
  })

describe('receive', () => {
  it('keeps what is accepted under its hash, with type and size measured', async () => {
    const store = createFileStore(directory)
    const bytes = await picture().png().toBuffer()
    const file = await store.receive(streamOf(bytes), limits)
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    expect(file).toEqual({ sha256, sizeBytes: bytes.length, mime: 'image/png', width: 60, height: 40 })
    expect(await store.size(sha256)).toBe(bytes.length)
    expect(Buffer.concat(await store.open(sha256).toArray())).toEqual(bytes)
    expect(Buffer.concat(await store.open(sha256, { start: 2, end: 5 }).toArray())).toEqual(
      bytes.subarray(2, 6),
    )
    expect(incoming()).toEqual([])
  })

  it('takes a web stream, and keeps the same bytes once', async () => {
    const store = createFileStore(directory)
    const bytes = await picture().jpeg().toBuffer()
    const first = await store.receive(new Blob([new Uint8Array(bytes)]).stream(), limits)
    const second = await store.receive(streamOf(bytes), limits)
    expect(second).toEqual(first)
    expect(kept()).toHaveLength(1)
  })

  it.each(Object.keys(officeMain) as (keyof typeof officeMain)[])(
    'knows %s by what the zip holds',
    async (type) => {
      const file = await createFileStore(directory).receive(streamOf(await office(type)), limits)
      expect(file.mime).toBe(`application/vnd.openxmlformats-officedocument.${type}`)
    },
  )

  it('gives the size of a picture as it is shown', async () => {
    const turned = await picture(60, 40).jpeg().withMetadata({ orientation: 6 }).toBuffer()
    expect(await createFileStore(directory).receive(streamOf(turned), limits)).toMatchObject({
      width: 40,
      height: 60,
    })
  })

  it.each([
    ['HTML', Buffer.from('<!doctype html><script>alert(1)</script>')],
    ['SVG', Buffer.from('<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script/></svg>')],
    ['bare OLE', Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(2000)])],
    ['HEIC', Buffer.concat([Buffer.from('000000186674797068656963', 'hex'), Buffer.alloc(200)])],
    ['a program', Buffer.concat([Buffer.from('4d5a', 'hex'), Buffer.alloc(200)])],
    ['GIF', Buffer.concat([Buffer.from('GIF89a'), Buffer.alloc(200)])],
    ['text', Buffer.from('just words')],
    ['a JPEG that is only a beginning', Buffer.from('ffd8ffe000104a464946', 'hex')],
  ])('refuses %s', async (_, bytes) => {
    expect(await codeOf(createFileStore(directory).receive(streamOf(bytes), limits))).toBe(
      'documents.type_refused',
    )
    expect([...incoming(), ...kept()]).toEqual([])
  })

  it('refuses a plain zip and an Office file with macros', async () => {
    const store = createFileStore(directory)
    const macros = await zipOf({
      '[Content_Types].xml': Buffer.from(
        '<Types><Override PartName="/word/document.xml" ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/></Types>',
      ),
    })
    expect(await codeOf(store.receive(streamOf(await zipOf({ 'a.txt': Buffer.from('a') })), limits))).toBe(
      'documents.type_refused',
    )
    expect(await codeOf(store.receive(streamOf(macros), limits))).toBe('documents.type_refused')
  })

  it('does not unfold a zip bomb', async () => {
    const bomb = await zipOf({ '[Content_Types].xml': Buffer.alloc(200 * 1024 * 1024) })
    expect(bomb.length).toBeLessThan(limits.maxBytes)
    const before = process.memoryUsage().rss
    expect(await codeOf(createFileStore(directory).receive(streamOf(bomb), limits))).toBe(
      'documents.type_refused',
    )
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * 1024 * 1024)
  })

  it('refuses a picture of too many pixels without decoding it', async () => {
    const huge = pngHeader(60_000, 60_000)
    expect(await codeOf(createFileStore(directory).receive(streamOf(huge), limits))).toBe(
      'documents.type_refused',
    )
  })

  it('refuses nothing at all, too much, and what was not announced', async () => {
    const store = createFileStore(directory)
    const bytes = await picture().png().toBuffer()
    expect(await codeOf(store.receive(streamOf(Buffer.alloc(0)), limits))).toBe('documents.empty')
    expect(await codeOf(store.receive(streamOf(bytes), { maxBytes: bytes.length - 1 }))).toBe(
      'documents.too_large',
    )
    expect(await codeOf(store.receive(streamOf(bytes), { ...limits, expectedBytes: bytes.length + 1 }))).toBe(
      'documents.size_mismatch',
    )
    expect(await codeOf(store.receive(streamOf(bytes), { ...limits, types: ['image/jpeg'] }))).toBe(
      'documents.type_refused',
    )
    expect(
      await codeOf(store.receive(streamOf(bytes), { maxBytes: bytes.length, expectedBytes: bytes.length })),
    ).toBe('stored')
    expect(incoming()).toEqual([])
  })

  it('stops reading at the limit instead of filling the disk', async () => {
    let handedOut = 0
    const endless = Readable.from(
      (function* () {
        for (;;) {
          handedOut += 65_536
          yield Buffer.alloc(65_536)
        }
      })(),
    )
    expect(await codeOf(createFileStore(directory).receive(endless, { maxBytes: 1_000_000 }))).toBe(
      'documents.too_large',
    )
    expect(handedOut).toBeLessThan(3_000_000)
  })

  it('leaves nothing behind when the sender breaks off or stalls', async () => {
    const store = createFileStore(directory)
    const broken = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        controller.enqueue(randomBytes(1000))
        controller.error(new Error('connection reset'))
      },
    })
    expect(await codeOf(store.receive(broken, limits))).toBe('documents.incomplete')
    const left = new AbortController()
    const stalled = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(randomBytes(1000)),
    })
    const receiving = codeOf(store.receive(stalled, { ...limits, signal: left.signal }))
    left.abort()
    expect(await receiving).toBe('documents.incomplete')
    expect([...incoming(), ...kept()]).toEqual([])
  })

  it('asks the scanner before it keeps anything', async () => {
    const seen: string[] = []
    const store = createFileStore(directory, {
      newName: () => 'named',
      scan: async (path) => {
        seen.push(path)
        return 'refused'
      },
    })
    expect(await codeOf(store.receive(streamOf(await picture().png().toBuffer()), limits))).toBe(
      'documents.type_refused',
    )
    expect(seen).toEqual([join(directory, 'incoming', 'named')])
    expect([...incoming(), ...kept()]).toEqual([])
  })

  it('survives any rubbish and any truncation: stored whole or refused, never half, never a crash', async () => {
    const store = createFileStore(directory)
    const samples = [
      await picture().png().toBuffer(),
      await picture().jpeg().toBuffer(),
      await picture().webp().toBuffer(),
      await office('wordprocessingml.document'),
      Buffer.from('%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n'),
      Buffer.concat([Buffer.from('1a45dfa3', 'hex'), Buffer.alloc(64)]),
      Buffer.concat([Buffer.from('OggS'), Buffer.alloc(64)]),
    ]
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 3000 }).map((array) => Buffer.from(array)),
      fc
        .tuple(fc.constantFrom(...samples), fc.nat(5000))
        .map(([sample, end]) => sample.subarray(0, end % (sample.length + 1))),
      fc.tuple(fc.constantFrom(...samples), fc.nat(5000), fc.nat(255)).map(([sample, at, value]) => {
        const copy = Buffer.from(sample)
        copy[at % copy.length] = value
        return copy
      }),
    )
    await fc.assert(
      fc.asyncProperty(bytes, fc.integer({ min: 1, max: 700 }), async (content, chunk) => {
        const outcome = await codeOf(store.receive(streamOf(content, chunk), limits))
        expect(['stored', 'documents.type_refused', 'documents.empty']).toContain(outcome)
        expect(incoming()).toEqual([])
        const sha256 = createHash('sha256').update(content).digest('hex')
        if (outcome === 'stored') expect(Buffer.concat(await store.open(sha256).toArray())).toEqual(content)
        else expect(await store.size(sha256)).toBeNull()
      }),
      { numRuns: 150 },
    )
  })
})

describe('createFileStore', () => {
  it('sweeps what a crash left, but not an upload of just now', () => {
    const folder = join(directory, 'incoming')
    mkdirSync(folder, { recursive: true })
    for (const name of ['old', 'new']) writeFileSync(join(folder, name), 'x')
    utimesSync(join(folder, 'old'), 1000, 1000)
    utimesSync(join(folder, 'new'), 9000, 9000)
    createFileStore(directory, { now: () => 10_000_000 })
    expect(incoming()).toEqual(['new'])
  })
})

describe('thumbnail', () => {
  it('is at most 320 px, made once and kept', async () => {
    const store = createFileStore(directory)
    const file = await store.receive(streamOf(await picture(900, 300).png().toBuffer()), limits)
    const made = await store.thumbnail(file.sha256)
    expect(await sharp(made).metadata()).toMatchObject({ format: 'jpeg', width: 320, height: 107 })
    expect(
      existsSync(join(directory, 'thumbnails', file.sha256.slice(0, 2), `${file.sha256.slice(2)}.jpg`)),
    ).toBe(true)
    expect(await store.thumbnail(file.sha256)).toEqual(made)
  })
})

/** A PNG that claims to be `width` × `height`. */
const pngHeader = (width: number, height: number): Buffer => {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 2, 0, 0, 0], 8)
  const part = (type: string, data: Buffer) => {
    const length = Buffer.alloc(4)
    length.writeUInt32BE(data.length)
    return Buffer.concat([length, Buffer.from(type), data, Buffer.alloc(4)])
  }
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    part('IHDR', header),
    part('IDAT', deflateRawSync(Buffer.alloc(10))),
    part('IEND', Buffer.alloc(0)),
  ])
}
