import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { CsvError, type Parser, parse } from 'csv-parse'
import { maxImportColumns, maxImportRows } from '../../../contract/imports.rules'
import { refuse } from '../../lib/errors'

export type Encoding = 'utf-8' | 'gb18030'
export type Separator = ',' | ';' | '\t'
export interface CsvShape {
  encoding: Encoding
  separator: Separator
}

/** The text of a file, piece by piece. Throws TypeError where the bytes are not in this encoding. */
async function* decode(path: string, encoding: Encoding): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding, { fatal: true })
  for await (const chunk of createReadStream(path)) yield decoder.decode(chunk as Buffer, { stream: true })
  const rest = decoder.decode()
  if (rest) yield rest
}

/** True where every byte of the file is text in the encoding. */
const isIn = async (path: string, encoding: Encoding): Promise<boolean> => {
  try {
    for await (const piece of decode(path, encoding)) if (piece.includes('\0')) return false
    return true
  } catch (error) {
    if (error instanceof TypeError) return false
    throw error
  }
}

const separators: readonly Separator[] = [',', ';', '\t']
const headBytes = 65_536

/** The separator that stands most often in the first line, outside quotes. */
export const guessSeparator = (head: string): Separator => {
  const counts = new Map<Separator, number>(separators.map((each) => [each, 0]))
  let isQuoted = false
  for (const char of head) {
    if (char === '"') isQuoted = !isQuoted
    else if ((char === '\n' || char === '\r') && !isQuoted) break
    else if (!isQuoted) {
      const known = separators.find((each) => each === char)
      if (known) counts.set(known, (counts.get(known) ?? 0) + 1)
    }
  }
  return [...counts].reduce((best, each) => (each[1] > best[1] ? each : best))[0]
}

/** Encoding and separator of a file. Throws `imports.not_text` where it is neither UTF-8 nor GB18030. */
export const inspectCsv = async (path: string): Promise<CsvShape> => {
  const encoding = (await isIn(path, 'utf-8')) ? 'utf-8' : (await isIn(path, 'gb18030')) ? 'gb18030' : null
  if (!encoding) throw refuse('imports.not_text', 'This is no text in UTF-8 or GB18030.')
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(headBytes), 0, headBytes, 0)
    // The head may end within a character: not fatal here.
    const head = new TextDecoder(encoding).decode(buffer.subarray(0, bytesRead))
    return { encoding, separator: guessSeparator(head) }
  } finally {
    await file.close()
  }
}

/** Settles once there is room for more, or nobody wants more. */
const drained = (parser: Parser): Promise<void> =>
  new Promise((resolve) => {
    const done = () => {
      parser.off('drain', done)
      parser.off('close', done)
      resolve()
    }
    parser.on('drain', done)
    parser.on('close', done)
  })

/** The lines of the file, the header first; empty ones are left out. */
export async function* readCsv(path: string, { encoding, separator }: CsvShape): AsyncGenerator<string[]> {
  const parser = parse({
    bom: true,
    delimiter: separator,
    relax_column_count: true,
    skip_empty_lines: true,
    skip_records_with_empty_values: true,
    max_record_size: 200_000,
  })
  const feed = async () => {
    for await (const piece of decode(path, encoding)) {
      // Whoever reads has given up: leaving the loop closes the file.
      if (parser.destroyed) return
      if (!parser.write(piece)) await drained(parser)
    }
    parser.end()
  }
  const feeding = feed()
  feeding.catch((error: Error) => parser.destroy(error))
  let count = 0
  try {
    for await (const record of parser) {
      const cells = record as string[]
      if (count === 0 && cells.length < 2)
        throw refuse(
          'imports.one_column',
          'There is one column only: separate columns by comma, semicolon or tab.',
        )
      if (cells.length > maxImportColumns)
        throw refuse('imports.not_csv', `At most ${maxImportColumns} columns.`)
      if (count > maxImportRows) throw refuse('imports.too_many_rows', `At most ${maxImportRows} rows.`)
      count += 1
      yield cells
    }
  } catch (error) {
    if (error instanceof CsvError)
      throw refuse('imports.not_csv', `This is no CSV: ${error.message.slice(0, 200)}`)
    throw error
  } finally {
    parser.destroy()
  }
  if (count < 2) throw refuse('imports.empty', 'There are no rows below the header.')
}
