// The style and the scripts of the pages, embedded.
#include "vsdb_web.h"

static const unsigned char style[] = {
#embed "../../Resources/web/style.css"
};

static const unsigned char viewer[] = {
#embed "../../Resources/web/viewer.js"
};

static const unsigned char live[] = {
#embed "../../Resources/web/live.js"
};

static const unsigned char upload[] = {
#embed "../../Resources/web/upload.js"
};

const unsigned char *vsdb_web_style_bytes(void) { return style; }

size_t vsdb_web_style_count(void) { return sizeof style; }

const unsigned char *vsdb_web_viewer_bytes(void) { return viewer; }

size_t vsdb_web_viewer_count(void) { return sizeof viewer; }

const unsigned char *vsdb_web_live_bytes(void) { return live; }

size_t vsdb_web_live_count(void) { return sizeof live; }

const unsigned char *vsdb_web_upload_bytes(void) { return upload; }

size_t vsdb_web_upload_count(void) { return sizeof upload; }
