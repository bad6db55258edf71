import { z } from 'zod'
import { id, pageQuery } from '../../../contract/common.schema'
import { createdKey, createKeyBody, keyPage, keyView } from '../../../contract/keys.schema'
import { readTimeCursor } from '../../http/cursors'
import type { Router } from '../../http/routes'
import { createKey, pageKeys, revokeKey } from './keys.usecases'

const shared = { auth: 'agent', permission: 'integrations.manage' } as const
const params = z.strictObject({ id: id('key') })

/** Keys of other programs, below /api/v1. */
export const keyRoutes = (router: Router): void => {
  const { deps } = router
  router.read(
    {
      ...shared,
      method: 'get',
      path: '/api-keys',
      summary: 'Keys of other programs, the newest first',
      query: pageQuery,
      response: keyPage,
    },
    (tx, { actor, query }) => pageKeys(tx, actor, readTimeCursor(query.cursor, 'key'), query.limit ?? 50),
  )
  router.write(
    {
      ...shared,
      method: 'post',
      path: '/api-keys',
      summary: 'Make a key; it is shown once',
      body: createKeyBody,
      response: createdKey,
      status: 201,
    },
    (tx, { actor, body }) => createKey(tx, deps, actor, body),
  )
  router.write(
    {
      ...shared,
      method: 'post',
      path: '/api-keys/{id}/revoke',
      summary: 'End a key for good',
      params,
      response: keyView,
    },
    (tx, { actor, params: { id: key } }) => revokeKey(tx, deps, actor, key),
  )
}
