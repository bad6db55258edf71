import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Collections, SearchDocument } from '../engine'

export const tickets: Collections = {
  tickets: {
    fields: {
      title: { weight: 3, typicalTokens: 15 },
      body: { weight: 1, typicalTokens: 60 },
    },
    titleField: 'title',
    recencyHalfLifeDays: 180,
  },
}

export const now = Date.UTC(2026, 10, 22)

/** A folder for one test, gone after it. */
export const temporaryFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'bangban-search-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A document that differs from others only in what a test names. */
export const document = (
  id: string,
  title: string,
  body = '',
  more: Partial<SearchDocument> = {},
): SearchDocument => ({ id, at: now, fields: { title, body }, keys: [], ...more })
