/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who has signed a PDF: the certificates of its signatures.  Called in the
 * mail child for `loketctl registry learn`, which has OpenSSL; poppler, in the
 * other parser, gives names of certificates but not their bytes.
 */
#include "document/document.h"

#include "base/text.h"
#include "document/byterange.h"

#include <openssl/cms.h>
#include <openssl/err.h>
#include <stdlib.h>
#include <string.h>

/* Who asks, and what he trusts. */
struct asker {
    const struct anchors *anchors;
    signer_fn each;
    void *user;
};

static int tell_signer(X509 *x, bool good, const struct asker *a) {
    struct certificate_facts facts;
    unsigned char *der = NULL;
    int size = i2d_X509(x, &der), rc = 0;

    if (size > 0 && size <= LIMIT_CERTIFICATE) {
        if (a->anchors != NULL) {
            certificate_check(der, (size_t)size, a->anchors, &facts);
        } else {
            certificate_examine(der, (size_t)size, &facts);
            facts.trusted = true;
        }
        facts.checked = true;
        if (!good) {
            facts.trusted = false;
            text_copy(facts.trouble, sizeof facts.trouble,
                      "its signature does not fit the document");
        }
        rc = facts.valid ? a->each(a->user, &facts, der, (size_t)size) : 0;
    }
    OPENSSL_free(der);
    return rc;
}

static int tell_signers(CMS_ContentInfo *cms, bool good,
                        const struct asker *a) {
    STACK_OF(CMS_SignerInfo) *infos = CMS_get0_SignerInfos(cms);
    STACK_OF(X509) *certificates = CMS_get1_certs(cms);
    int rc = 0;

    for (int i = 0; rc == 0 && i < sk_CMS_SignerInfo_num(infos); i++) {
        CMS_SignerInfo *info = sk_CMS_SignerInfo_value(infos, i);

        for (int k = 0; rc == 0 && k < sk_X509_num(certificates); k++) {
            X509 *x = sk_X509_value(certificates, k);

            if (CMS_SignerInfo_cert_cmp(info, x) == 0) {
                rc = tell_signer(x, good && byterange_is_signer(info, x), a);
            }
        }
    }
    sk_X509_pop_free(certificates, X509_free);
    return rc;
}

int signers_examine(const void *bytes, size_t size,
                    const struct anchors *anchors, signer_fn each,
                    void *user) {
    const struct asker asker = {
        .anchors = anchors, .each = each, .user = user};
    struct byterange ranges[BYTERANGES_MAX];
    size_t count = byterange_find(bytes, size, ranges);
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < count; i++) {
        CMS_ContentInfo *cms =
            ranges[i].sound ? byterange_cms(bytes, &ranges[i]) : NULL;

        /* A time stamp is signed by its authority, not by a person. */
        if (cms != NULL && !byterange_is_stamp(cms)) {
            rc = tell_signers(cms, byterange_fits(cms, bytes, &ranges[i]),
                              &asker);
        }
        CMS_ContentInfo_free(cms);
        ERR_clear_error();
    }
    return rc;
}
