# What every installation shares; an office's own lists stand in its
# configuration.
blacklistdir = $(pkgdatadir)/blacklist
dist_blacklist_DATA = data/blacklist/known-weak
