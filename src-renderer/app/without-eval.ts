import { z } from 'zod'

// zod probes for `new Function`, which the page's security policy forbids. Imported first, before any schema is used.
z.config({ jitless: true })
