import { auditPage, auditQuery, auditVerdict } from '../../../contract/people.schema'
import type { Router } from '../../http/routes'
import { verifyAudit } from './audit.store'
import { pageAudit } from './audit.usecases'

const permission = 'audit.read'

/** The audit log. */
export const auditRoutes = (router: Router): void => {
  router.read(
    {
      method: 'get',
      path: '/audit',
      summary: 'Who did what to which thing, newest first',
      auth: 'agent',
      permission,
      query: auditQuery,
      response: auditPage,
    },
    (tx, { actor, query }) => pageAudit(tx, actor, query),
  )
  router.read(
    {
      method: 'get',
      path: '/audit/verify',
      summary: 'Recompute the chain of the audit log',
      auth: 'agent',
      permission,
      response: auditVerdict,
    },
    (tx) => verifyAudit(tx),
  )
}
