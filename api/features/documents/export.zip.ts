import { PassThrough, type Readable } from 'node:stream'
import { ZipFile } from 'yazl'
import type { DocumentView } from '../../../contract/consultations.schema'
import type { FileStore } from './files.store'

/**
 * A zip of `texts` (by name) and of the documents' bytes, streamed: one file is open at a time and nothing
 * is compressed again. The stream fails where a file is missing, so that nobody takes half for the whole.
 */
export const zipExport = (
  files: Pick<FileStore, 'open'>,
  documents: readonly DocumentView[],
  texts: Record<string, string>,
): Readable => {
  const zip = new ZipFile()
  const output = new PassThrough()
  let current: Readable | null = null
  output.on('close', () => current?.destroy())
  zip.on('error', (error) => output.destroy(error as Error))
  for (const [name, text] of Object.entries(texts)) zip.addBuffer(Buffer.from(text), name)
  const names = new Set<string>()
  for (const each of documents) {
    const options = { compress: false, size: each.sizeBytes, mtime: new Date(each.at) }
    zip.addReadStreamLazy(uniqueName(names, `资料 Documents/${each.name}`), options, (take) => {
      if (output.destroyed) return
      current = files.open(each.sha256)
      current.on('error', (error) => output.destroy(error))
      take(null, current)
    })
  }
  zip.end()
  zip.outputStream.pipe(output)
  return output
}

/** `name.pdf`, then `name (2).pdf`, … */
const uniqueName = (taken: Set<string>, name: string): string => {
  const dot = name.lastIndexOf('.')
  let unique = name
  for (let count = 2; taken.has(unique); count++)
    unique = `${name.slice(0, dot)} (${count})${name.slice(dot)}`
  taken.add(unique)
  return unique
}
