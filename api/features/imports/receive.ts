import { open } from 'node:fs/promises'
import { maxImportBytes } from '../../../contract/imports.rules'
import { refuse } from '../../lib/errors'

/** Streams a body to `path`. Throws `imports.too_large` as soon as it is, `imports.empty` where nothing came. */
export const saveBody = async (path: string, body: ReadableStream<Uint8Array> | null): Promise<void> => {
  const file = await open(path, 'wx', 0o600)
  let size = 0
  try {
    for await (const chunk of (body ?? new Blob([]).stream()) as unknown as AsyncIterable<Uint8Array>) {
      size += chunk.length
      if (size > maxImportBytes)
        throw refuse('imports.too_large', `At most ${maxImportBytes / 1024 / 1024} MB.`)
      await file.writeFile(chunk)
    }
  } finally {
    await file.close()
  }
  if (size === 0) throw refuse('imports.empty', 'The file is empty.')
}
