import { expect } from 'vitest'
import type { TestApp } from './app'

/** Uploads a file to be imported, as somebody. */
export const uploadImport = async (test: TestApp, cookie: string, bytes: string | Uint8Array) => {
  const response = await test.app.request('/api/v1/imports?name=a.csv', {
    method: 'PUT',
    headers: { cookie, 'content-type': 'text/csv' },
    body: bytes as BodyInit,
  })
  return { status: response.status, body: await response.json() }
}

/** Does what is due until the import is neither checked nor run any more; it comes back as it stands then. */
export const settleImport = async (test: TestApp, cookie: string, id: string) => {
  for (let count = 0; count < 50; count++) {
    await test.sweep()
    const { body } = await test.request('GET', `/imports/${id}`, { cookie })
    if (!['checking', 'running'].includes(body.import.status)) return body.import
  }
  throw new Error('The import did not settle')
}

/** A dry run and what it found. */
export const checkImport = async (test: TestApp, cookie: string, id: string) => {
  expect((await test.request('POST', `/imports/${id}/check`, { cookie })).status).toBe(200)
  return settleImport(test, cookie, id)
}
