#ifndef VSDB_WEB_H
#define VSDB_WEB_H

#include <stddef.h>

// The bytes of Resources/web/style.css, compiled in. Not terminated by a zero.
const unsigned char *vsdb_web_style_bytes(void);
size_t vsdb_web_style_count(void);

// The bytes of Resources/web/viewer.js; likewise.
const unsigned char *vsdb_web_viewer_bytes(void);
size_t vsdb_web_viewer_count(void);

// The bytes of Resources/web/live.js and Resources/web/upload.js; likewise.
const unsigned char *vsdb_web_live_bytes(void);
size_t vsdb_web_live_count(void);
const unsigned char *vsdb_web_upload_bytes(void);
size_t vsdb_web_upload_count(void);

#endif
