import { z } from 'zod'
import { id } from '../../../contract/common.schema'
import {
  createSite as createBody,
  servedSiteList,
  siteList,
  siteSecret,
  siteView,
  updateSite as updateBody,
} from '../../../contract/people.schema'
import { publicSite } from '../../../contract/visitors.schema'
import type { Router } from '../../http/routes'
import { listSitesServedBy } from './sites.store'
import { createSite, describeSite, listManagedSites, rotateSecret, updateSite } from './sites.usecases'

const params = z.strictObject({ id: id('sit') })
const keyParams = z.strictObject({ key: z.string().min(1).max(64) })
const permission = 'sites.manage'

/** Sites: their administration, and what the panel may know without signing in. */
export const siteRoutes = (router: Router): void => {
  router.read(
    {
      method: 'get',
      path: '/sites',
      summary: 'Sites of the own line: those served, or whose tickets are read',
      auth: 'agent',
      permission: 'tickets.read',
      response: servedSiteList,
    },
    async (tx, { actor }) => ({
      items: (await listSitesServedBy(tx, actor))
        .filter((site) => site.isActive)
        .map(({ id: siteId, key, name }) => ({ id: siteId, key, name })),
    }),
  )
  router.read(
    {
      method: 'get',
      path: '/admin/sites',
      summary: 'Sites of the own department and below',
      auth: 'agent',
      permission,
      response: siteList,
    },
    async (tx, { actor }) => ({ items: await listManagedSites(tx, actor) }),
  )
  router.write(
    {
      method: 'post',
      path: '/admin/sites',
      summary: 'Add a site; shows its secret once',
      auth: 'agent',
      permission,
      body: createBody,
      response: siteSecret,
      status: 201,
    },
    (tx, { actor, body, deps }) => createSite(tx, deps, actor, body),
  )
  router.write(
    {
      method: 'patch',
      path: '/admin/sites/{id}',
      summary: 'Change a site',
      auth: 'agent',
      permission,
      params,
      body: updateBody,
      response: siteView,
    },
    (tx, { actor, params, body, deps }) => updateSite(tx, deps, actor, params.id, body),
  )
  router.write(
    {
      method: 'post',
      path: '/admin/sites/{id}/secret',
      summary: 'Change the secret; shows it once',
      auth: 'agent',
      permission,
      params,
      response: siteSecret,
      status: 201,
    },
    (tx, { actor, params, deps }) => rotateSecret(tx, deps, actor, params.id),
  )
  router.read(
    {
      method: 'get',
      path: '/sites/{key}',
      summary: 'What everybody may know of a site',
      auth: 'public',
      params: keyParams,
      response: publicSite,
    },
    (tx, { params, deps }) => describeSite(tx, deps, params.key),
  )
}
